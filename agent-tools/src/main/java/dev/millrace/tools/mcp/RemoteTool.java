package dev.millrace.tools.mcp;

import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.schema.JsonSchema;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolContext;
import dev.millrace.agent.tool.ToolFailure;
import dev.millrace.agent.tool.ToolOutput;
import dev.millrace.agent.tool.ToolTraits;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import tools.jackson.databind.JsonNode;

/** A tool of a server. */
record RemoteTool(
    String name,
    String description,
    JsonSchema inputSchema,
    ToolTraits traits,
    String remoteName,
    Session session,
    Approvals approvals)
    implements Tool {

  @Override
  public ToolOutput call(JsonNode input, ToolContext context) throws ToolFailure {
    var wait = Wait.of(traits.timeout(), context.cancelSignal(), context::progress);
    Map<String, RawJson> params = new LinkedHashMap<>();
    params.put("name", RawJson.ofString(remoteName));
    params.put("arguments", RawJson.of(input));
    try {
      approvals.check(remoteName, wait);
      return Answer.of(session.request("tools/call", params, wait), session);
    } catch (IOException e) {
      throw new ToolFailure(String.valueOf(e.getMessage()), e);
    } catch (CancellationException e) {
      throw cancelled(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw cancelled(e);
    }
  }

  private static ToolFailure cancelled(Exception cause) {
    return new ToolFailure(
        "Cancelled before it was done. The server was told, but may have done it.", cause);
  }
}
