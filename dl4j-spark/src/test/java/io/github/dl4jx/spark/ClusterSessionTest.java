package io.github.dl4jx.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is recorded and warned about; the log is Spark's own, log4j. */
class ClusterSessionTest {

  private static final class Warnings extends AbstractAppender {
    final List<String> messages = new ArrayList<>();

    Warnings() {
      super("warnings", null, null, true, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
      if (event.getLevel().equals(Level.WARN)) {
        messages.add(event.getMessage().getFormattedMessage());
      }
    }
  }

  private final Warnings warnings = new Warnings();
  private final Logger logger = (Logger) LogManager.getLogger(SameBits.class);
  private final Map<Integer, Machine> recorded = new TreeMap<>();
  private final ClusterSession<?, ?> session =
      new ClusterSession<>(null, null, null, null, recorded::put);

  @BeforeEach
  void listen() {
    warnings.start();
    logger.addAppender(warnings);
  }

  @AfterEach
  void stopListening() {
    logger.removeAppender(warnings);
  }

  private static Machine machine(String host, int threads, String kernels) {
    return new Machine(host, "1", 0, threads, kernels, "nd4j 1");
  }

  @Test
  void note_machinesOfOneKind_areRecordedWithoutWarning() {
    session.note(1, machine("a", 1, "Zen"));
    session.note(0, machine("b", 1, "Zen"));
    assertThat(recorded.keySet()).containsExactly(0, 1);
    assertThat(recorded.get(0).host()).isEqualTo("b");
    assertThat(warnings.messages).isEmpty();
  }

  @Test
  void note_otherThreadsOrKernels_areWarnedAboutOnce() {
    session.note(0, machine("a", 1, "Zen"));
    session.note(1, machine("b", 2, "Haswell"));
    session.note(2, machine("c", 4, "Haswell"));
    assertThat(recorded).hasSize(3);
    assertThat(warnings.messages).hasSize(1);
    assertThat(warnings.messages.get(0))
        .contains("a (executor 1, attempt 0, OpenMP threads 1, Zen, nd4j 1)")
        .contains("b (executor 1, attempt 0, OpenMP threads 2, Haswell, nd4j 1)")
        .contains("OPENBLAS_CORETYPE");
  }
}
