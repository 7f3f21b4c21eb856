package dev.millrace.testkit;

import java.io.IOException;

/** A request that is no HTTP, or too much of it: it is answered once and the connection ends. */
final class HttpException extends IOException {
  private final transient ErrorReply reply;

  HttpException(int status, String type, String message) {
    super(message);
    this.reply = new ErrorReply(status, type, message);
  }

  ErrorReply reply() {
    return reply;
  }
}
