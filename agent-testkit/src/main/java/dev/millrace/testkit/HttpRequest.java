package dev.millrace.testkit;

import java.util.List;
import java.util.Map;

/**
 * A request as HTTP has it.
 *
 * @param headers by name in any case
 * @param body not shared with anybody but the recorded request, which copies it
 * @param keepAlive whether another request may follow on the connection
 */
@SuppressWarnings("ArrayRecordComponent") // it is never compared
record HttpRequest(
    String method,
    String target,
    boolean http11,
    Map<String, List<String>> headers,
    byte[] body,
    boolean keepAlive) {}
