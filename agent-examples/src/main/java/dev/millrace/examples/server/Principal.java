package dev.millrace.examples.server;

/**
 * Who uses the service.
 *
 * @param name also of the folder with the conversations, so that nobody reaches another's
 */
record Principal(String name, Token token) {}
