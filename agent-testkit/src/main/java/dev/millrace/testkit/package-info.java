/**
 * The Messages API as a server on loopback: scripted, recorded or faulty.
 *
 * <p>{@link dev.millrace.testkit.MessagesServer} is a real HTTP/1.1 server, so that what is tested
 * is the client a user ships, down to its sockets. What it answers is a {@link
 * dev.millrace.testkit.Reply}, chosen by a {@link dev.millrace.testkit.Script} or a {@link
 * dev.millrace.testkit.Responder}; what it was asked is a {@link
 * dev.millrace.testkit.RecordedRequest}.
 */
@NullMarked
package dev.millrace.testkit;

import org.jspecify.annotations.NullMarked;
