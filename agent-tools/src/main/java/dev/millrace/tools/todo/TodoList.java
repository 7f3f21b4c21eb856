package dev.millrace.tools.todo;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.schema.Binding;
import dev.millrace.agent.schema.BindingException;
import dev.millrace.agent.schema.Description;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The plan as it stands. It is nothing but the input of the model's last call, so it survives with
 * the transcript and needs no store of its own.
 *
 * @param items in the order of the work
 */
public record TodoList(@Description("The whole plan, in order") List<Item> items) {
  private static final Binding<TodoList> BINDING = Binding.to(TodoList.class);

  /** How far an item is. */
  public enum Status {
    /** Not begun. */
    @JsonProperty("pending")
    PENDING,
    /** Being done. */
    @JsonProperty("in_progress")
    IN_PROGRESS,
    /** Done. */
    @JsonProperty("completed")
    COMPLETED
  }

  /**
   * A step of the plan.
   *
   * @param content what is to be done
   */
  public record Item(
      @Description("What is to be done, in a few words") String content, Status status) {}

  /** Copies the items. */
  public TodoList {
    items = List.copyOf(items);
  }

  /** The plan that a call of {@code todo_write} holds; empty for any other call. */
  public static Optional<TodoList> of(ToolUse use) {
    if (!use.name().equals(TodoTool.NAME)) {
      return Optional.empty();
    }
    try {
      return Optional.of(BINDING.bind(use.input().node()));
    } catch (BindingException e) {
      return Optional.empty(); // such a call was refused, so the plan did not change
    }
  }

  /** The last plan of a conversation; empty when there is none. */
  public static Optional<TodoList> latest(Transcript transcript) {
    return transcript.messages().reversed().stream()
        .flatMap(message -> message.toolUses().reversed().stream())
        .flatMap(use -> of(use).stream())
        .findFirst();
  }

  /** How many items are completed. */
  public long completed() {
    return items.stream().filter(item -> item.status() == Status.COMPLETED).count();
  }

  /** The plan as a list with boxes, a line an item. */
  @Override
  public String toString() {
    return items.stream()
        .map(item -> box(item.status()) + " " + item.content().replaceAll("\\R", " "))
        .collect(Collectors.joining("\n"));
  }

  private static String box(Status status) {
    return switch (status) {
      case PENDING -> "[ ]";
      case IN_PROGRESS -> "[>]";
      case COMPLETED -> "[x]";
    };
  }
}
