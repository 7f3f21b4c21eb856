package dev.millrace.tools.web;

/**
 * What a server answered, whole or as much as is taken of it.
 *
 * @param address where it came from
 * @param location where it redirects to; empty when it does not
 * @param body decompressed
 * @param isCut the body goes on
 */
record Answer(
    WebAddress address, int status, MediaType type, String location, byte[] body, boolean isCut) {

  boolean isRedirect() {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  boolean isFine() {
    return status >= 200 && status < 300;
  }
}
