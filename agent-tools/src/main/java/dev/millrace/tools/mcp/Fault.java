package dev.millrace.tools.mcp;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Why a request has no answer.
 *
 * @param what what the server did, as the rest of a sentence about it that is fit for the model
 * @param cause for the log
 */
record Fault(String what, @Nullable Throwable cause) {
  /** The exception for who waits for the answer of this server. */
  IOException of(String server) {
    return new IOException(named(server, what), cause);
  }

  /** A sentence about a server. */
  static String named(String server, String what) {
    return "The MCP server \"" + server + "\" " + what;
  }
}
