package io.github.dl4jx.studies.mnist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.dl4jx.studies.mnist.FakeWeb.Answer;
import io.github.dl4jx.studies.mnist.MnistFile.Part;
import io.github.dl4jx.studies.mnist.SourceException.Reach;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class MirrorTest {

  private static final Part PART = Part.TRAIN_LABELS;
  private static final MnistFile FILE = TinyMnist.file(PART);
  private static final byte[] GZIP = TinyMnist.gzip(TinyMnist.bytes(PART));
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Patience PATIENCE = new Patience(LONG, LONG, LONG, Duration.ofMillis(1), 3);

  @TempDir Path dir;

  @Test
  void write_200_asksForTheGzippedFileAndUnpacksIt() throws IOException {
    try (FakeWeb web = new FakeWeb(FakeWeb.tinyMnist())) {
      mirror(web).write(FILE, target());

      assertThat(web.requests()).containsExactly("/mnist/train-labels-idx1-ubyte.gz");
    }
    assertThat(target()).hasBinaryContent(TinyMnist.bytes(PART));
  }

  @Test
  void write_redirect_followsIt() throws IOException {
    Answer answer =
        (exchange, before) -> {
          if (before == 0) {
            exchange.getResponseHeaders().add("Location", "/moved");
            FakeWeb.send(exchange, 302, new byte[0]);
          } else {
            FakeWeb.send(exchange, 200, GZIP);
          }
        };
    try (FakeWeb web = new FakeWeb(answer)) {
      mirror(web).write(FILE, target());
    }
    assertThat(target()).hasBinaryContent(TinyMnist.bytes(PART));
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 404, 410})
  void write_refusedForGood_asksOnce(int status) throws IOException {
    try (FakeWeb web = new FakeWeb(FakeWeb.status(status))) {
      assertThat(failure(web, PATIENCE))
          .hasMessageContainingAll(FILE.name(), "HTTP " + status)
          .extracting(SourceException::reach)
          .isEqualTo(Reach.FILE);
      assertThat(web.requests()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 503})
  void write_refusedForTheMoment_asksAgain(int status) throws IOException {
    Answer answer = (exchange, before) -> FakeWeb.send(exchange, before == 0 ? status : 200, GZIP);
    try (FakeWeb web = new FakeWeb(answer)) {
      mirror(web).write(FILE, target());

      assertThat(web.requests()).hasSize(2);
    }
    assertThat(target()).hasBinaryContent(TinyMnist.bytes(PART));
  }

  @Test
  void write_alwaysRefusedForTheMoment_givesUpTheMirror() throws IOException {
    try (FakeWeb web = new FakeWeb(FakeWeb.status(500))) {
      assertThat(failure(web, PATIENCE))
          .hasMessageContaining("HTTP 500 (gave up after 3 tries)")
          .extracting(SourceException::reach)
          .isEqualTo(Reach.SOURCE);
      assertThat(web.requests()).hasSize(3);
    }
  }

  @Test
  void write_bodyShorterThanAnnounced_asksAgain() throws IOException {
    Answer answer =
        (exchange, before) -> {
          exchange.sendResponseHeaders(200, GZIP.length);
          exchange.getResponseBody().write(GZIP, 0, before == 0 ? GZIP.length / 2 : GZIP.length);
        };
    try (FakeWeb web = new FakeWeb(answer)) {
      mirror(web).write(FILE, target());

      assertThat(web.requests()).hasSize(2);
    }
    assertThat(target()).hasBinaryContent(TinyMnist.bytes(PART));
  }

  @Test
  void write_gzipCutShort_asksAgainAndGivesUp() throws IOException {
    try (FakeWeb web = new FakeWeb(FakeWeb.body(Arrays.copyOf(GZIP, GZIP.length / 2)))) {
      assertThat(failure(web, PATIENCE)).hasMessageContainingAll("breaks off", "after 3 tries");
    }
  }

  @Test
  void write_wrongBytes_asksOnceAndNamesBothDigests() throws IOException {
    byte[] other = TinyMnist.bytes(PART);
    other[0]++;
    try (FakeWeb web = new FakeWeb(FakeWeb.body(TinyMnist.gzip(other)))) {
      assertThat(failure(web, PATIENCE))
          .hasMessageContainingAll(FILE.name(), FILE.sha256(), MnistFile.of(PART, other).sha256())
          .extracting(SourceException::reach)
          .isEqualTo(Reach.FILE);
      assertThat(web.requests()).hasSize(1);
    }
  }

  @Test
  void write_loginPageInsteadOfFile_asksOnce() throws IOException {
    byte[] page = "<html>Please log in</html>".getBytes(StandardCharsets.UTF_8);
    try (FakeWeb web = new FakeWeb(FakeWeb.body(page))) {
      assertThat(failure(web, PATIENCE)).hasMessageContaining("found 26 bytes");
      assertThat(web.requests()).hasSize(1);
    }
  }

  @Test
  void write_gzipOfFarTooMuch_stopsReading() throws IOException {
    try (FakeWeb web = new FakeWeb(FakeWeb.body(TinyMnist.gzip(new byte[3_000_000])))) {
      assertThat(failure(web, PATIENCE)).hasMessageContaining("found more than that");
    }
    assertThat(target()).hasSize(FILE.size() + 1);
  }

  @Test
  void write_endlessGzipHeader_stopsReading() throws IOException {
    Answer answer =
        (exchange, before) -> {
          exchange.sendResponseHeaders(200, 0);
          OutputStream out = exchange.getResponseBody();
          // Flag 8: a file name follows, up to a zero byte; it never comes.
          out.write(new byte[] {0x1f, (byte) 0x8b, 8, 8, 0, 0, 0, 0, 0, 0});
          byte[] letters = new byte[1000];
          Arrays.fill(letters, (byte) 'a');
          while (true) {
            out.write(letters);
          }
        };
    try (FakeWeb web = new FakeWeb(answer)) {
      assertThat(failure(web, PATIENCE)).hasMessageContaining("must be at most");
    }
  }

  @Test
  void write_noAnswerInTime_asksOnce() throws IOException {
    Patience patience = new Patience(LONG, SHORT, LONG, Duration.ofMillis(1), 3);
    try (FakeWeb web = new FakeWeb((exchange, before) -> Thread.sleep(LONG.toMillis()))) {
      assertThat(failure(web, patience))
          .hasMessageContaining("cannot be reached")
          .extracting(SourceException::reach)
          .isEqualTo(Reach.SOURCE);
      assertThat(web.requests()).hasSizeLessThanOrEqualTo(1);
    }
  }

  @Test
  void write_bodyStalls_asksAgain() throws IOException {
    Patience patience = new Patience(LONG, LONG, SHORT, Duration.ofMillis(1), 2);
    Answer answer =
        (exchange, before) -> {
          exchange.sendResponseHeaders(200, GZIP.length);
          exchange.getResponseBody().write(GZIP, 0, 100);
          exchange.getResponseBody().flush();
          Thread.sleep(LONG.toMillis());
        };
    try (FakeWeb web = new FakeWeb(answer)) {
      assertThat(failure(web, patience))
          .hasMessageContainingAll("sent nothing for 300 ms", "gave up after 2 tries");
      assertThat(web.requests()).hasSize(2);
    }
  }

  @Test
  void write_nobodyListens_givesUpTheMirrorAtOnce() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Mirror mirror = new Mirror(URI.create("http://127.0.0.1:" + port + "/"), Patience.DEFAULT);

    long start = System.nanoTime();
    assertThat(catchThrowableOfType(SourceException.class, () -> mirror.write(FILE, target())))
        .hasMessageContaining("127.0.0.1 cannot be reached")
        .extracting(SourceException::reach)
        .isEqualTo(Reach.SOURCE);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void write_interrupted_stopsAndStaysInterrupted() throws IOException {
    try (FakeWeb web = new FakeWeb(FakeWeb.tinyMnist())) {
      Thread.currentThread().interrupt();

      assertThatThrownBy(() -> mirror(web).write(FILE, target()))
          .isInstanceOf(InterruptedIOException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  private Path target() {
    return dir.resolve("target");
  }

  private static Mirror mirror(FakeWeb web) {
    return new Mirror(web.address(), PATIENCE);
  }

  private SourceException failure(FakeWeb web, Patience patience) {
    return catchThrowableOfType(
        SourceException.class, () -> new Mirror(web.address(), patience).write(FILE, target()));
  }
}
