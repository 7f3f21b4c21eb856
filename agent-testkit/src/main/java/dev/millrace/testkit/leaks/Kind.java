package dev.millrace.testkit.leaks;

import java.util.List;

/** A kind of things that tests may leave behind, of which it knows those that were there before. */
interface Kind {
  /** A description of each that is there now and was not before. */
  List<String> left();
}
