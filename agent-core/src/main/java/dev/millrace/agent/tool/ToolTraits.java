package dev.millrace.agent.tool;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * How a tool behaves, as far as the loop must know. The defaults are the safe ones.
 *
 * @param traits what is true of it
 * @param timeout how long a call may take
 */
public record ToolTraits(Set<Trait> traits, Duration timeout) {
  /** None of the traits, 2 minutes. */
  public static final ToolTraits DEFAULT = new ToolTraits(Set.of(), Duration.ofMinutes(2));

  /** What may be true of a tool. */
  public enum Trait {
    /** It changes nothing in the world. */
    READ_ONLY,

    /** Doing it twice is as good as once, so that it may be run again after a crash. */
    REPEATABLE,

    /** It runs while no other call of the same turn does. */
    EXCLUSIVE,

    /** The API makes sure that the input fits the schema ({@code strict}). */
    STRICT,

    /**
     * The API streams the input as it is written, not value by value ({@code
     * eager_input_streaming}); such input may be broken JSON and is then refused.
     */
    EAGER,

    /**
     * It is meant to be called again and again with the same input, to wait for something, which is
     * no sign of a model that goes in circles.
     */
    POLL,

    /** It can do so much harm that each call waits for approval unless a policy decides. */
    NEEDS_APPROVAL,

    /** It asks a person, whose answer is its result: each call waits for one, by any policy. */
    QUESTION
  }

  /** Copies the set. */
  public ToolTraits {
    var copy = EnumSet.noneOf(Trait.class);
    copy.addAll(traits);
    traits = Collections.unmodifiableSet(copy);
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("timeout must be positive, not " + timeout);
    }
  }

  /** Whether it changes nothing in the world. */
  public boolean isReadOnly() {
    return traits.contains(Trait.READ_ONLY);
  }

  /** Whether it may be run again after a crash. */
  public boolean isRepeatable() {
    return traits.contains(Trait.REPEATABLE);
  }

  /** Whether it runs alone in its turn. */
  public boolean isExclusive() {
    return traits.contains(Trait.EXCLUSIVE);
  }

  /** Whether the API makes the input fit. */
  public boolean isStrict() {
    return traits.contains(Trait.STRICT);
  }

  /** Whether the API streams the input as it is written. */
  public boolean isEager() {
    return traits.contains(Trait.EAGER);
  }

  /** Whether it is meant to be called again and again. */
  public boolean isPoll() {
    return traits.contains(Trait.POLL);
  }

  /** Whether each call waits for approval unless a policy decides. */
  public boolean needsApproval() {
    return traits.contains(Trait.NEEDS_APPROVAL);
  }

  /** Whether each call waits for a person's answer. */
  public boolean isQuestion() {
    return traits.contains(Trait.QUESTION);
  }

  /** The same, read-only and therefore repeatable. */
  public ToolTraits readOnly() {
    return with(Trait.READ_ONLY, Trait.REPEATABLE);
  }

  /** The same, repeatable. */
  public ToolTraits repeatable() {
    return with(Trait.REPEATABLE);
  }

  /** The same, exclusive. */
  public ToolTraits exclusive() {
    return with(Trait.EXCLUSIVE);
  }

  /** The same with this timeout. */
  public ToolTraits timeout(Duration timeout) {
    return new ToolTraits(traits, timeout);
  }

  /** The same, strict. */
  public ToolTraits strict() {
    return with(Trait.STRICT);
  }

  /** The same, with input streamed as it is written. */
  public ToolTraits eager() {
    return with(Trait.EAGER);
  }

  /** The same, meant to be called again and again. */
  public ToolTraits poll() {
    return with(Trait.POLL);
  }

  /** The same, waiting for approval unless a policy decides. */
  public ToolTraits needingApproval() {
    return with(Trait.NEEDS_APPROVAL);
  }

  /** The same, waiting for a person's answer. */
  public ToolTraits question() {
    return with(Trait.QUESTION);
  }

  private ToolTraits with(Trait... more) {
    var all = EnumSet.noneOf(Trait.class);
    all.addAll(traits);
    all.addAll(Arrays.asList(more));
    return new ToolTraits(all, timeout);
  }
}
