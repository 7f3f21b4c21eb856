package dev.millrace.agent.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.agent.message.ContentBlock.Document;
import dev.millrace.agent.message.ContentBlock.Image;
import dev.millrace.agent.message.ContentBlock.Other;
import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.ContentBlock.Thinking;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentBlockTest {

  /** One of each kind that the API documents, and of the forms that their fields take. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'text','text':'a'}",
        "{'type':'text','text':''}",
        "{'text':'a','type':'text','citations':null}",
        "{'type':'text','text':'a','citations':[{'type':'char_location','start_char_index':1.0}]}",
        "{'type':'text','text':'a','cache_control':{'type':'ephemeral','ttl':'1h'},'new':[-0,1e5]}",
        "{'type':'text','text':7}",
        "{'type':'text'}",
        "{'type':'thinking','thinking':'','signature':'EqQ='}",
        "{'type':'thinking','thinking':'a','signature':''}",
        "{'type':'thinking','thinking':'a'}",
        "{'type':'thinking','thinking':'a','signature':null,'estimated_tokens':1.50}",
        "{'type':'redacted_thinking','data':'x'}",
        "{'type':'tool_use','id':'t','name':'n','input':{'b':1.0,'a':-0}}",
        "{'type':'tool_use','id':'t','name':'n','input':{},'caller':{'type':'direct'}}",
        "{'type':'tool_use','id':'t','name':'n','input':{},'toolset_name':'browser'}",
        "{'type':'tool_use','id':'t','name':'n','input':null}",
        "{'type':'tool_use','id':'t','name':'n','input':[1]}",
        "{'type':'tool_use','id':7,'name':'n','input':{}}",
        "{'type':'tool_result','tool_use_id':'t'}",
        "{'type':'tool_result','tool_use_id':'t','content':null}",
        "{'type':'tool_result','tool_use_id':'t','content':[]}",
        "{'type':'tool_result','tool_use_id':'t','content':''}",
        "{'type':'tool_result','tool_use_id':'t','content':'a'}",
        "{'type':'tool_result','tool_use_id':'t','content':[{'type':'text','text':'a'}]}",
        "{'type':'tool_result','tool_use_id':'t','content':[{'text':'a','type':'text'},{'type':'tool_reference','tool_name':'x'}]}",
        "{'type':'tool_result','tool_use_id':'t','content':'a','is_error':false}",
        "{'type':'tool_result','tool_use_id':'t','content':'a','is_error':true}",
        "{'type':'tool_result','tool_use_id':'t','content':'a','is_error':null}",
        "{'type':'tool_result','tool_use_id':'t','content':'a','cache_control':{'type':'ephemeral'}}",
        "{'type':'tool_result','tool_use_id':'t','content':7}",
        "{'type':'tool_result','tool_use_id':'t','content':[7]}",
        "{'type':'image','source':{'type':'base64','media_type':'image/png','data':'AA=='}}",
        "{'type':'image','source':{'type':'url','url':'https://e.org'},'transformations':{'oversized_image':'downsize'}}",
        "{'type':'image'}",
        "{'type':'document','source':{'type':'file','file_id':'f'},'title':'T','citations':{'enabled':true}}",
        "{'type':'search_result','source':'s','title':'t','content':[{'type':'text','text':'a'}]}",
        "{'type':'server_tool_use','id':'srvtoolu_1','name':'web_search','input':{'query':'q'}}",
        "{'type':'web_search_tool_result','tool_use_id':'srvtoolu_1','content':[{'type':'web_search_result','page_age':null}]}",
        "{'type':'web_search_tool_result','tool_use_id':'srvtoolu_1','content':{'type':'web_search_tool_result_error','error_code':'unavailable'}}",
        "{'type':'code_execution_tool_result','tool_use_id':'s','content':{'type':'code_execution_result','return_code':0}}",
        "{'type':'container_upload','file_id':'f'}",
        "{'type':'mcp_tool_use','id':'mcptoolu_1','name':'n','server_name':'s','input':{}}",
        "{'type':'compaction','content':null,'encrypted_content':'x'}",
        "{'type':'fallback','from':{'model':'a'},'to':{'model':'b'},'trigger':{'type':'refusal'}}",
        "{'type':'future_block','x':[1.0,{'y':1e400}]}"
      })
  void goesBackValueIdentical(String quoted) {
    var json = RawJson.parse(quoted.replace('\'', '"'));
    var block = ContentBlock.of(json);
    assertThat(block.json().node()).isEqualTo(json.node());
    assertThat(block.json().text()).hasSameSizeAs(json.text());
    assertThat(ContentBlock.of(block.json())).isEqualTo(block);
    assertThat(block.type()).isEqualTo(json.node().path("type").asString());
  }

  @Test
  void keepsTheDigitsOfInputsAndOfUnknownMembers() {
    var json =
        "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"n\",\"input\":{\"a\":-0,\"b\":1e5},\"new\":1E2}";
    assertThat(ContentBlock.of(RawJson.parse(json)).json().text()).isEqualTo(json);
  }

  @Test
  void readsEachKindIntoItsOwnRecord() {
    assertThat(read("{'type':'text','text':'a'}")).isEqualTo(new Text("a"));
    assertThat(read("{'type':'thinking','thinking':'a','signature':'s'}"))
        .isEqualTo(new Thinking("a", "s", RawJson.EMPTY_OBJECT));
    assertThat(read("{'type':'tool_use','id':'t','name':'n','input':{'a':1}}"))
        .isEqualTo(new ToolUse("t", "n", RawJson.parse("{\"a\":1}")));
    assertThat(read("{'type':'tool_use','id':'t','name':'n'}"))
        .isEqualTo(new ToolUse("t", "n", RawJson.EMPTY_OBJECT));
    assertThat(read("{'type':'tool_result','tool_use_id':'t','content':'a'}"))
        .isEqualTo(ToolResult.of("t", "a"));
    assertThat(read("{'type':'tool_result','tool_use_id':'t','content':'a','is_error':true}"))
        .isEqualTo(ToolResult.error("t", "a"));
    var other = (Other) read("{'type':'server_tool_use','id':'s','input':{}}");
    assertThat(other.string("id")).contains("s");
    assertThat(other.string("input")).isEmpty();
    assertThat(other.string("none")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "{'type':'tool_use','name':'n','input':{}}",
        "{'type':'tool_use','id':'t','name':'n','input':'{}'}",
        "{'type':'tool_result','content':'a'}",
        "{'type':'tool_result','tool_use_id':'t','content':[{'no':'type'}]}",
        "{'type':'image','source':'x'}"
      },
      delimiter = '~')
  void carriesMalformedBlocksOfKnownTypesAsOthers(String quoted) {
    assertThat(read(quoted)).isInstanceOf(Other.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "\"text\"", "{}", "{\"type\":7}", "null"})
  void refusesWhatIsNoBlock(String json) {
    assertThatThrownBy(() -> ContentBlock.of(RawJson.parse(json)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"type\"");
  }

  @Test
  void givesTheBlocksInAResultsContent() {
    var result =
        (ToolResult)
            read(
                "{'type':'tool_result','tool_use_id':'t','content':[{'type':'text','text':'a'},"
                    + "{'type':'image','source':{'type':'url','url':'u'}},{'type':'text','text':'b'}]}");
    assertThat(result.content()).hasExactlyElementsOfTypes(Text.class, Image.class, Text.class);
    assertThat(result.text()).isEqualTo("ab");
    assertThat(result.isError()).isFalse();
  }

  @Test
  void writesPlainTextResultsInTheShortForm() {
    assertThat(ToolResult.error("t", "a").json().text())
        .isEqualTo(
            "{\"type\":\"tool_result\",\"tool_use_id\":\"t\",\"content\":\"a\",\"is_error\":true}");
    assertThat(new ToolResult("t", List.of(), false, RawJson.EMPTY_OBJECT).json().text())
        .isEqualTo("{\"type\":\"tool_result\",\"tool_use_id\":\"t\"}");
  }

  @Test
  void makesPicturesAndDocumentsOfBytes() {
    assertThat(Image.of("image/png", new byte[] {1, 2}).json().text())
        .isEqualTo(
            "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\","
                + "\"data\":\"AQI=\"}}");
    assertThat(Document.ofPdf(new byte[] {1, 2}).source().member("media_type"))
        .isEqualTo(RawJson.ofString("application/pdf"));
  }

  @Test
  void replacesHalvesOfSurrogatePairsInText() {
    assertThat(new Text("a\ud83d").text()).isEqualTo("a\uFFFD");
    assertThat(new Text("🙂").text()).isEqualTo("🙂");
    assertThat(new ToolUse("t", "\ud83d", RawJson.EMPTY_OBJECT).json().text()).contains("\uFFFD");
  }

  @Test
  void refusesMembersThatWouldStandTwice() {
    var text = RawJson.parse("{\"text\":\"b\"}");
    assertThatThrownBy(() -> new Text("a", text))
        .hasMessage("\"text\" is no further member of the block, the block has it already");
    var input = RawJson.parse("{\"input\":{}}");
    assertThatThrownBy(() -> new ToolUse("t", "n", input, input, null))
        .isInstanceOf(IllegalArgumentException.class);
    var type = RawJson.parse("{\"type\":\"x\"}");
    assertThatThrownBy(() -> new ToolResult("t", List.of(), false, type))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesInputsThatAreNoObjects() {
    assertThatThrownBy(() -> new ToolUse("t", "n", RawJson.parse("[]")))
        .hasMessage("a tool use's input must be a JSON object");
  }

  private static ContentBlock read(String quoted) {
    return ContentBlock.of(RawJson.parse(quoted.replace('\'', '"')));
  }
}
