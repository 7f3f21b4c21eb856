package dev.millrace.agent.feed;

/** A type's name as the API would write it. */
final class SnakeCase {
  /** Computed once for each type, since it is needed for each event. */
  private static final ClassValue<String> NAMES =
      new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
          return of(type.getSimpleName());
        }
      };

  private SnakeCase() {}

  static String of(Class<?> type) {
    return NAMES.get(type);
  }

  private static String of(String name) {
    var snake = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isUpperCase(c) && !snake.isEmpty()) {
        snake.append('_');
      }
      snake.append(Character.toLowerCase(c));
    }
    return snake.toString();
  }
}
