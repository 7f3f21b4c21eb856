package dev.millrace.testkit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.JsonNode;

/** What a server was asked, and what was wrong with it. The oldest requests are let go of first. */
final class Requests {
  private static final int MAX_PROBLEMS = 100;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final ArrayDeque<RecordedRequest> recorded = new ArrayDeque<>();
  private final List<String> problems = new ArrayList<>();
  private final List<Throwable> causes = new ArrayList<>();
  private final int maxRequests;
  private final long maxBytes;
  private final boolean refusalsExpected;
  private long bytes;
  private int count;

  Requests(int maxRequests, long maxBytes, boolean refusalsExpected) {
    this.maxRequests = maxRequests;
    this.maxBytes = maxBytes;
    this.refusalsExpected = refusalsExpected;
  }

  RecordedRequest add(int connection, long arrivalNanos, HttpRequest http, JsonNode body) {
    lock.lock();
    try {
      var request = new RecordedRequest(++count, connection, arrivalNanos, http, body);
      recorded.addLast(request);
      bytes += request.size();
      while (recorded.size() > maxRequests || (bytes > maxBytes && recorded.size() > 1)) {
        bytes -= recorded.removeFirst().size();
      }
      arrived.signalAll();
      return request;
    } finally {
      lock.unlock();
    }
  }

  void refused(RecordedRequest request, String why) {
    if (!refusalsExpected) {
      problem(request + " was refused: " + why);
    }
  }

  void failed(RecordedRequest request, Throwable cause) {
    lock.lock();
    try {
      problem(request + " could not be answered: " + cause);
      if (causes.size() < MAX_PROBLEMS) {
        causes.add(cause);
      }
    } finally {
      lock.unlock();
    }
  }

  void problem(String problem) {
    lock.lock();
    try {
      if (problems.size() < MAX_PROBLEMS) {
        problems.add(problem);
      }
    } finally {
      lock.unlock();
    }
  }

  List<RecordedRequest> all() {
    lock.lock();
    try {
      return List.copyOf(recorded);
    } finally {
      lock.unlock();
    }
  }

  int count() {
    lock.lock();
    try {
      return count;
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether so many requests have come within the time. */
  boolean await(int number, Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      long nanos = atMost.toNanos();
      while (count < number && nanos > 0) {
        nanos = arrived.awaitNanos(nanos);
      }
      return count >= number;
    } finally {
      lock.unlock();
    }
  }

  /** Fails if anything was wrong, or if the script has steps left. */
  void verify(List<String> unusedSteps) {
    lock.lock();
    try {
      var wrong = new ArrayList<>(problems);
      unusedSteps.forEach(step -> wrong.add("never asked for: " + step));
      if (!wrong.isEmpty()) {
        var error = new AssertionError(String.join("\n", wrong));
        causes.forEach(error::addSuppressed);
        throw error;
      }
    } finally {
      lock.unlock();
    }
  }
}
