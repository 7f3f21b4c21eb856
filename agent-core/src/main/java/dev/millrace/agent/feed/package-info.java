/** A run as a stream of server-sent events for browsers and other clients, which come and go. */
@NullMarked
package dev.millrace.agent.feed;

import org.jspecify.annotations.NullMarked;
