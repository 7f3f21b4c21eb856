package dev.millrace.agent.schema;

import com.networknt.schema.Error;
import com.networknt.schema.path.NodePath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Leaves out what an {@code anyOf} or {@code oneOf} says about the members that were not meant.
 *
 * <p>The validator reports the errors of every member. Where a discriminator ({@code const} on a
 * property of the member) tells which one was meant, only that one's errors help; where it names
 * none of them, only the discriminator is wrong.
 */
final class UnionErrors {
  private static final Set<String> CHOICES = Set.of("anyOf", "oneOf");
  private static final Set<String> INTO_PROPERTY =
      Set.of("properties", "patternProperties", "prefixItems");
  private static final Set<String> INTO_ANY =
      Set.of("items", "additionalProperties", "unevaluatedProperties", "contains");

  /** Members of one choice at one place in the input: all that erred, and those not meant. */
  private record Choice(Set<Object> erred, Set<Object> notMeant) {
    Choice() {
      this(new HashSet<>(), new HashSet<>());
    }

    boolean isSettled() {
      return !notMeant.isEmpty() && notMeant.size() < erred.size();
    }

    boolean isMissed() {
      return notMeant.size() == erred.size();
    }
  }

  /** One step of an error's way through a choice. */
  private record Step(String choice, Object member, boolean isDiscriminator) {}

  private UnionErrors() {}

  static List<Error> relevant(List<Error> errors) {
    var choices = new HashMap<String, Choice>();
    var stepsOfAll = errors.stream().map(UnionErrors::steps).toList();
    for (List<Step> steps : stepsOfAll) {
      for (Step step : steps) {
        Choice choice = choices.computeIfAbsent(step.choice(), place -> new Choice());
        choice.erred().add(step.member());
        if (step.isDiscriminator()) {
          choice.notMeant().add(step.member());
        }
      }
    }
    var relevant = new ArrayList<Error>();
    for (int i = 0; i < errors.size(); i++) {
      if (stepsOfAll.get(i).stream().allMatch(step -> isRelevant(step, choices))) {
        relevant.add(errors.get(i));
      }
    }
    return relevant;
  }

  private static boolean isRelevant(Step step, Map<String, Choice> choices) {
    Choice choice = choices.get(step.choice());
    if (choice == null) {
      return true;
    }
    if (choice.isSettled()) {
      return !choice.notMeant().contains(step.member());
    }
    return !choice.isMissed() || step.isDiscriminator();
  }

  private static List<Step> steps(Error error) {
    NodePath path = error.getEvaluationPath();
    NodePath instance = error.getInstanceLocation();
    var steps = new ArrayList<Step>();
    for (int i = 0; i + 1 < path.getNameCount(); i++) {
      boolean chooses =
          CHOICES.contains(path.getName(i)) && path.getElement(i + 1) instanceof Integer;
      if (chooses) {
        int depth = instance.getNameCount() - descents(path, i + 2);
        String place = start(path, i) + " " + start(instance, depth);
        steps.add(new Step(place, path.getElement(i + 1), isDiscriminator(path, i + 2)));
      }
    }
    return steps;
  }

  /** How many steps into the input the rest of an evaluation path takes; its end is a keyword. */
  private static int descents(NodePath path, int from) {
    int descents = 0;
    for (int i = from; i < path.getNameCount() - 1; i++) {
      if (INTO_PROPERTY.contains(path.getName(i))) {
        descents++;
        i++;
      } else if (INTO_ANY.contains(path.getName(i))) {
        descents++;
      }
    }
    return descents;
  }

  private static boolean isDiscriminator(NodePath path, int from) {
    int start = from < path.getNameCount() && path.getName(from).equals("$ref") ? from + 1 : from;
    return path.getNameCount() == start + 3
        && path.getName(start).equals("properties")
        && path.getName(start + 2).equals("const");
  }

  private static String start(NodePath path, int count) {
    var start = new StringBuilder();
    for (int i = 0; i < count; i++) {
      start.append('/').append(path.getName(i));
    }
    return start.toString();
  }
}
