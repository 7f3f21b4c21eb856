package dev.millrace.agent.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;

/**
 * A request's bytes: the members, then the messages. They are made once and are the same on every
 * attempt.
 */
final class RequestBody extends AbstractHttpEntity {
  private static final ApiException.Details NOT_SENT =
      new ApiException.Details(0, "invalid_request_error", "", "", false, null);

  private static final byte[] END = {']', '}'};

  private final byte[] head;
  private final MessageBytes.Part messages;

  private RequestBody(byte[] head, MessageBytes.Part messages) {
    super(ContentType.APPLICATION_JSON.getMimeType(), null, false);
    this.head = head;
    this.messages = messages;
  }

  /**
   * Renders a request.
   *
   * @param most how many bytes it may have
   * @throws InvalidRequestException when it holds a member that the API version refuses
   * @throws ContextTooLongException when it is longer than the API takes
   */
  static RequestBody of(MessageRequest request, ApiVersion version, long most) {
    checkMembers(request, version);
    var body = new RequestBody(request.headBytes(), request.messageBytes());
    if (body.getContentLength() > most) {
      throw new ContextTooLongException(
          "the request is %,d bytes long and was not sent: the API takes %,d; shorten the messages,"
                  .formatted(body.getContentLength(), most)
              + " or change maxRequestBytes of the client's builder for a server that takes more",
          NOT_SENT,
          null);
    }
    return body;
  }

  private static void checkMembers(MessageRequest request, ApiVersion version) {
    for (var name : version.refusedMembers()) {
      if (request.members().containsKey(name)) {
        throw new InvalidRequestException(
            "the request holds \"%s\" and was not sent: API version %s refuses it, whatever its"
                    .formatted(name, version)
                + " value; leave it out, or set ApiVersion.V2023_06_01",
            NOT_SENT,
            null);
      }
    }
  }

  @Override
  public long getContentLength() {
    return head.length + (long) messages.length() + END.length;
  }

  @Override
  public boolean isRepeatable() {
    return true;
  }

  @Override
  public boolean isStreaming() {
    return false;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    out.write(head);
    messages.writeTo(out);
    out.write(END);
  }

  @Override
  public InputStream getContent() {
    throw new UnsupportedOperationException("a request body is only written");
  }

  @Override
  public void close() {
    // Holds no resource.
  }
}
