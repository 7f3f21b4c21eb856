/** Puts load on a chat server, from processes of their own. */
package dev.millrace.examples.server.load;
