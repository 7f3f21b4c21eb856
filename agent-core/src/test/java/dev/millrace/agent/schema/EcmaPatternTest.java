package dev.millrace.agent.schema;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EcmaPatternTest {
  @ParameterizedTest
  @CsvSource({
    "a,             bab,     true", // a pattern is searched for, not matched as a whole
    "^a$,           a,       true",
    "^[[]a$,        [a,      true",
    "^[a&&b]$,      &,       true",
    "^[^\\]]$,      a,       true",
    "^[^\\]]$,      ],       false",
    "'^\\$\\d{1,3}$', $12,   true",
    "^[$]$,         $,       true",
    "^\\p{Letter}$, é,       true",
    "^(?<y>\\d{4})-\\k<y>$, 2026-2026, true",
    "^[a-z0-9]+(-[a-z0-9]+)*$, a-b-c, true",
  })
  void readsAPatternAsEcmaDoes(String pattern, String text, boolean matches) {
    assertThat(BoundedPattern.compile(pattern).matches(text)).isEqualTo(matches);
  }

  @Test
  void takesTheDollarForTheVeryEnd() {
    assertThat(BoundedPattern.compile("^a$").matches("a\n")).isFalse();
  }

  @Test
  void knowsNul() {
    assertThat(BoundedPattern.compile("^\\0$").matches("\u0000")).isTrue();
    assertThat(BoundedPattern.compile("^[\\0]$").matches("\u0000")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "abc,                  3",
    "a{3},                 3",
    "'a{2,9}',             2",
    "'(ab{2}){3}c',        10",
    "'(?:(?:){10}){10}',   100",
    "'[{]{3}x\\{4}',       7",
    "'((a{1000000}){1000000}){1000000}', 2147483648",
  })
  void countsWhatMustBeRepeated(String pattern, long repetitions) {
    assertThat(EcmaPattern.translate(pattern).repetitions())
        .isBetween(repetitions, repetitions * 3);
  }
}
