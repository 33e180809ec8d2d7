package io.github.dl4jx.ensembles;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.ensembles.combine.SoftVote;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Many callers of one ensemble. The project's own bar is 100,000 calls: {@code
 * -Dserving.calls=100000}.
 */
class EnsembleServingTest {

  private static final int THREADS = 64;
  private static final int CALLS = Integer.getInteger("serving.calls", 6_400);
  private static final int ROUNDS = 8;

  /** Of arrays that the collector has not come to yet, as far as it runs between the rounds. */
  private static final long SLACK_BYTES = 400L << 20;

  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final List<INDArray> inputs =
      IntStream.range(0, 50)
          .mapToObj(i -> TestNetworks.rings(3 * (1 + i % 7), i).getFeatures())
          .collect(Collectors.toList());

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private static Ensemble ensemble() {
    return Ensemble.of(
        new SoftVote(),
        List.of(TestNetworks.network(1), TestNetworks.graph(2), TestNetworks.network(3)));
  }

  /** All threads' calls; returns those that were not answered bit for bit as expected. */
  private List<String> wrongAnswers(Ensemble ensemble, float[][] expected, int calls)
      throws Exception {
    List<Future<List<String>>> callers = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      int first = t;
      callers.add(
          threads.submit(
              () -> {
                List<String> wrong = new ArrayList<>();
                for (int call = first; call < calls; call += THREADS) {
                  int i = call % inputs.size();
                  try (INDArray answer = ensemble.output(inputs.get(i))) {
                    if (!Arrays.equals(answer.data().asFloat(), expected[i])) {
                      wrong.add("call " + call + ": " + answer);
                    }
                  }
                }
                return wrong;
              }));
    }
    List<String> wrong = new ArrayList<>();
    for (Future<List<String>> caller : callers) {
      wrong.addAll(caller.get());
    }
    return wrong;
  }

  @Test
  void output_from64Threads_isBitIdenticalToOneThreadAndMemoryStaysBounded() throws Exception {
    try (Ensemble ensemble = ensemble()) {
      float[][] expected =
          inputs.stream().map(x -> ensemble.output(x).data().asFloat()).toArray(float[][]::new);
      long warm = 0;
      for (int round = 0; round < ROUNDS; round++) {
        assertThat(wrongAnswers(ensemble, expected, CALLS / ROUNDS)).isEmpty();
        System.gc();
        warm = round == 0 ? Pointer.physicalBytes() : warm;
        assertThat(Pointer.physicalBytes()).isLessThan(warm + SLACK_BYTES);
      }
    }
  }
}
