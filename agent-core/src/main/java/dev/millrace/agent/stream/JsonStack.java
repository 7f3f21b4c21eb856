package dev.millrace.agent.stream;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** The objects and arrays that are open at a place of a JSON text, outermost first. */
final class JsonStack {
  /** Clearing a set takes as long as it ever was large: larger ones are thrown away instead. */
  private static final int LARGEST_REUSED = 64;

  private Frame[] frames = new Frame[4];
  private int depth;
  private int settledOutermost;
  private String pointer = "";
  private boolean pointerKnown = true;

  private static final class Frame {
    private boolean isObject;
    private int from;

    private int settled;

    /** Whether a member or an element is being written. */
    private boolean inValue;

    private String key = "";
    private int index;
    private Set<String> keys = new HashSet<>();
  }

  int depth() {
    return depth;
  }

  boolean inObject() {
    return top().isObject;
  }

  /** The end of what is final in the innermost container: its bracket, or its last closed value. */
  int settled() {
    return depth == 0 ? settledOutermost : top().settled;
  }

  void push(boolean isObject, int from) {
    if (depth == frames.length) {
      frames = Arrays.copyOf(frames, 2 * depth);
    }
    if (frames[depth] == null) {
      frames[depth] = new Frame();
    }
    Frame frame = frames[depth++];
    frame.isObject = isObject;
    frame.from = from;
    frame.settled = from + 1;
    frame.inValue = false;
    frame.index = -1;
    forgetKeys(frame);
  }

  private static void forgetKeys(Frame frame) {
    if (frame.keys.size() > LARGEST_REUSED) {
      frame.keys = new HashSet<>();
    } else if (!frame.keys.isEmpty()) {
      frame.keys.clear();
    }
  }

  /** Closes the innermost container; tells where it started. */
  int pop() {
    pointerKnown = false;
    return frames[--depth].from;
  }

  /** A member's value comes next. */
  void startMember(String key) {
    Frame frame = top();
    frame.key = key;
    frame.inValue = true;
    pointerKnown = false;
  }

  /** Remembers the current member's key; false if the object has had it before. */
  boolean addKey() {
    Frame frame = top();
    return frame.keys.add(frame.key);
  }

  /** A value starts, which is the next element if the container is an array. */
  void startValue() {
    Frame frame = top();
    if (!frame.isObject) {
      frame.index++;
      frame.inValue = true;
      pointerKnown = false;
    }
  }

  /** The value that was being written in the innermost container is final. */
  void endValue(int to) {
    if (depth == 0) {
      settledOutermost = to;
      return;
    }
    Frame frame = top();
    frame.settled = to;
    frame.inValue = false;
    pointerKnown = false;
  }

  /** What closes all that is open, innermost first. */
  String closers() {
    StringBuilder closers = new StringBuilder(depth);
    for (int at = depth - 1; at >= 0; at--) {
      closers.append(frames[at].isObject ? '}' : ']');
    }
    return closers.toString();
  }

  /** The JSON pointer (RFC 6901) of the innermost value that is open. */
  String pointer() {
    if (!pointerKnown) {
      StringBuilder path = new StringBuilder();
      for (int at = 0; at < depth && frames[at].inValue; at++) {
        appendStep(path.append('/'), frames[at]);
      }
      pointer = path.toString();
      pointerKnown = true;
    }
    return pointer;
  }

  private void appendStep(StringBuilder path, Frame frame) {
    if (frame.isObject) {
      path.append(frame.key.replace("~", "~0").replace("/", "~1"));
    } else {
      path.append(frame.index);
    }
  }

  private Frame top() {
    return frames[depth - 1];
  }
}
