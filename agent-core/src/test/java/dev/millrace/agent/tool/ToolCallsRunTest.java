package dev.millrace.agent.tool;

import static dev.millrace.agent.tool.Turn.says;
import static dev.millrace.agent.tool.Turn.tool;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.message.ContentBlock.ToolResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The second and third phase of a turn's calls, when nobody stops them. */
@Timeout(60)
class ToolCallsRunTest {

  @Test
  void runsCallsAtTheSameTime() {
    var barrier = new CyclicBarrier(3);
    Turn.Body meets =
        context -> {
          barrier.await();
          return ToolOutput.text("met");
        };
    assertThat(Turn.of(tool("a", meets), tool("b", meets), tool("c", meets)).texts())
        .containsExactly("met", "met", "met");
  }

  @Test
  @Tag("G06")
  void givesResultsInTheOrderOfTheCallsNotOfTheirEnds() {
    var last = new CountDownLatch(1);
    var turn =
        Turn.of(
            tool(
                "slow",
                context -> {
                  last.await();
                  return ToolOutput.text("slow");
                }),
            says("quick"));
    turn.listener =
        event -> {
          if (event.equals("finished quick")) {
            last.countDown();
          }
        };
    assertThat(turn.texts()).containsExactly("slow", "done quick");
    assertThat(turn.told)
        .containsExactly("started slow", "started quick", "finished quick", "finished slow");
  }

  @Test
  @Tag("G07")
  void runsExclusiveCallsAlone() {
    var running = new AtomicInteger();
    var most = Collections.synchronizedList(new ArrayList<Integer>());
    Turn.Body alone =
        context -> {
          most.add(running.incrementAndGet());
          running.decrementAndGet();
          return ToolOutput.text("ok");
        };
    var exclusive = ToolTraits.DEFAULT.exclusive();
    var turn =
        Turn.of(
            tool("a", alone).with(exclusive),
            tool("b", alone).with(exclusive),
            tool("c", alone).with(exclusive));
    assertThat(turn.texts()).containsOnly("ok");
    assertThat(most).containsExactly(1, 1, 1);
    assertThat(turn.told)
        .containsExactly(
            "started a", "finished a", "started b", "finished b", "started c", "finished c");
  }

  @Test
  @Tag("G07")
  void runsNeighboursOfAnExclusiveCallBeforeAndAfterIt() {
    var barrier = new CyclicBarrier(2);
    Turn.Body meets =
        context -> {
          barrier.await();
          return null;
        };
    var turn =
        Turn.of(
            tool("a", meets),
            tool("b", meets),
            says("alone").with(ToolTraits.DEFAULT.exclusive()),
            tool("c", meets),
            tool("d", meets));
    turn.run();
    assertThat(turn.told.indexOf("started alone")).isEqualTo(4);
    assertThat(turn.told.indexOf("finished alone")).isEqualTo(5);
  }

  @Test
  @Tag("G06")
  void doesNotLetAFailureTouchItsSiblings() {
    var failed = new CountDownLatch(1);
    var turn =
        Turn.of(
            says("a"),
            tool(
                "fails",
                context -> {
                  throw new IllegalStateException("broken");
                }),
            tool(
                "slow",
                context -> {
                  failed.await();
                  return ToolOutput.text("unharmed");
                }));
    turn.listener =
        event -> {
          if (event.equals("finished fails")) {
            failed.countDown();
          }
        };
    var outcome = turn.run();
    assertThat(outcome.fatal()).isNull();
    assertThat(Turn.texts(outcome))
        .containsExactly("done a", "The tool failed: broken", "unharmed");
    assertThat(outcome.results())
        .extracting(ToolResult::isError)
        .containsExactly(false, true, false);
  }

  @Test
  void runsNothingThatWasRefused() {
    var turn = Turn.of(says("a"));
    var outcome = turn.run(turn.prepare(Turn.use("none", "{}"), Turn.use("a", "{}")));
    assertThat(Turn.texts(outcome).get(1)).isEqualTo("done a");
    assertThat(turn.told).containsExactly("finished none", "started a", "finished a");
  }

  @Test
  @Tag("G13")
  void runsAThousandCallsInATurn() {
    var tools = IntStream.range(0, 1_000).mapToObj(i -> says("tool" + i)).toArray(Tool[]::new);
    var turn = Turn.of(tools);
    assertThat(turn.texts())
        .containsExactlyElementsOf(
            IntStream.range(0, 1_000).mapToObj(i -> "done tool" + i).toList());
    assertThat(turn.told).hasSize(2_000).doesNotHaveDuplicates();
  }

  @Test
  @Tag("G13")
  void runsEachCallOnAVirtualThreadOfItsOwnThatEnds() throws InterruptedException {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    Turn.Body remembers =
        context -> {
          threads.add(Thread.currentThread());
          return null;
        };
    Turn.of(tool("a", remembers), tool("b", remembers)).run();
    assertThat(threads).hasSize(2).allMatch(Thread::isVirtual);
    assertThat(threads).extracting(Thread::getName).containsExactlyInAnyOrder("tool a", "tool b");
    for (var thread : threads) {
      thread.join();
    }
  }

  @Test
  void givesToolsTheirContext() {
    var seen = new ArrayList<Object>();
    var turn =
        Turn.of(
            tool(
                "a",
                context -> {
                  seen.add(context.toolUseId());
                  seen.add(context.idempotencyKey());
                  seen.add(context.attributes());
                  seen.add(context.cancelSignal().isCancelled());
                  return null;
                }));
    turn.attributes = Map.of("user", "u1");
    turn.run();
    assertThat(seen).containsExactly("id-a", "id-a", Map.of("user", "u1"), false);
  }

  @Test
  void tellsProgressBeforeTheEnd() {
    var turn =
        Turn.of(
            tool(
                "a",
                context -> {
                  context.progress("1");
                  context.progress("");
                  context.progress("2");
                  return null;
                }));
    turn.run();
    assertThat(turn.told.get(0)).isEqualTo("started a");
    assertThat(turn.told.get(turn.told.size() - 1)).isEqualTo("finished a");
    assertThat(progress(turn, "a")).isEqualTo("12");
  }

  /** While the run's thread is busy, what is told is kept as one text, up to a cap. */
  @Test
  @Tag("G05")
  void joinsProgressThatNobodyHasReadYet() {
    var written = new CountDownLatch(1);
    var turn =
        Turn.of(
            tool(
                "a",
                context -> {
                  for (int i = 0; i < 10_000; i++) {
                    context.progress("0123456789");
                  }
                  written.countDown();
                  return null;
                }));
    turn.listener =
        event -> {
          if (event.startsWith("progressed")) {
            Turn.stubbornly(written);
          }
        };
    turn.run();
    assertThat(turn.told.stream().filter(event -> event.startsWith("progressed")).count())
        .isBetween(1L, 2L);
    assertThat(progress(turn, "a").length()).isLessThanOrEqualTo(2 * 65_536);
    assertThat("0123456789".repeat(20_000)).startsWith(progress(turn, "a").substring(0, 65_536));
  }

  @Test
  void tellsNoProgressAfterTheEnd() throws InterruptedException {
    var contexts = Collections.synchronizedList(new ArrayList<ToolContext>());
    var ended = new CountDownLatch(1);
    var turn =
        Turn.of(
            tool(
                "early",
                context -> {
                  contexts.add(context);
                  return null;
                }),
            tool(
                "late",
                context -> {
                  ended.await();
                  contexts.get(0).progress("too late");
                  return null;
                }));
    turn.listener =
        event -> {
          if (event.equals("finished early")) {
            ended.countDown();
          }
        };
    turn.run();
    contexts.get(0).progress("far too late");
    assertThat(turn.told)
        .containsExactly("started early", "started late", "finished early", "finished late");
  }

  @Test
  @Tag("I02")
  void leavesTheInterruptFlagAlone() {
    Turn.of(says("a")).run();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  private static String progress(Turn turn, String tool) {
    var prefix = "progressed " + tool + ": ";
    return String.join(
        "",
        turn.told.stream()
            .filter(event -> event.startsWith(prefix))
            .map(event -> event.substring(prefix.length()))
            .toList());
  }
}
