package dev.millrace.tools.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What {@code fetch} gives for pages that mean no harm. */
class FetchTest {
  @Test
  void givesThePageBetweenMarksUnderAHeading() {
    try (var web = Web.html("<title>A guide</title><h1>Hello</h1><p>First <b>words</b>.")) {
      var answer = web.fetch("http://public.example/guide?a=1#top");
      assertThat(answer.isFine().text())
          .startsWith(
              """
              http://public.example/guide?a=1
              status 200, text/html, UTF-8, 58 bytes
              characters 0-37 of 37
              """);
      assertThat(Web.content(answer)).isEqualTo("Title: A guide\n\n# Hello\n\nFirst words.");
      assertThat(answer.progress()).isEqualTo("GET http://public.example/guide?a=1\n");
    }
  }
}
