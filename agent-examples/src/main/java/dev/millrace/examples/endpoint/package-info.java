/** Where the examples find a model: the API, a compatible server, or a script on loopback. */
@NullMarked
package dev.millrace.examples.endpoint;

import org.jspecify.annotations.NullMarked;
