package dev.millrace.testkit;

import java.util.List;
import java.util.Map;

/**
 * A request as HTTP has it.
 *
 * @param headers by name in any case
 * @param keepAlive whether another request may follow on the connection
 */
record HttpRequest(
    String method,
    String target,
    boolean http11,
    Map<String, List<String>> headers,
    byte[] body,
    boolean keepAlive) {}
