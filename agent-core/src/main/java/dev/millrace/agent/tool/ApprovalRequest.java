package dev.millrace.agent.tool;

import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.InvalidJsonException;
import dev.millrace.agent.message.RawJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A call that a person must look at before it runs. It is a value: it can be stored beside the
 * transcript of the paused run, shown anywhere, and answered in another process.
 *
 * @param use exactly what the model wants to do
 * @param reason why it waits, for whoever is to answer
 */
public record ApprovalRequest(ToolUse use, String reason) {
  /** The hash, in hexadecimal digits, of the tool's name and the exact input. */
  public String callHash() {
    return hash(use);
  }

  static String hash(ToolUse use) {
    var text = use.name() + "\n" + use.input().text();
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Yes: it may run as it is. */
  public ApprovalAnswer approve() {
    return answered(new ApprovalAnswer.Verdict.Approve());
  }

  /** No: it does not run, and the model is told why. */
  public ApprovalAnswer deny(String reason) {
    return answered(new ApprovalAnswer.Verdict.Deny(reason));
  }

  /**
   * Yes, with another input, which must fit the tool's schema; the model is told what was run.
   *
   * @param input an object
   */
  public ApprovalAnswer edit(RawJson input) {
    return answered(new ApprovalAnswer.Verdict.Edit(input));
  }

  /** It does not run; this text is its result, as if the tool had said it. */
  public ApprovalAnswer answer(String text) {
    return answered(new ApprovalAnswer.Verdict.Answer(text));
  }

  private ApprovalAnswer answered(ApprovalAnswer.Verdict verdict) {
    return new ApprovalAnswer(use.id(), callHash(), verdict);
  }

  /** The request as JSON, to be read by {@link #parse}. */
  public RawJson json() {
    Map<String, RawJson> members = new LinkedHashMap<>();
    members.put("tool_use", use.json());
    members.put("reason", RawJson.ofString(reason));
    return RawJson.object(members);
  }

  /**
   * Reads what {@link #json} wrote.
   *
   * @throws InvalidJsonException for what is no JSON
   * @throws IllegalArgumentException for any other JSON
   */
  public static ApprovalRequest parse(String json) {
    var request = RawJson.parse(json);
    if (ContentBlock.of(request.member("tool_use")) instanceof ToolUse use) {
      return new ApprovalRequest(use, Members.string(request, "reason"));
    }
    throw new IllegalArgumentException("\"tool_use\" must be a tool use");
  }
}
