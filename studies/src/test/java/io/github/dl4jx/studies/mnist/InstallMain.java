package io.github.dl4jx.studies.mnist;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** Another process that installs the tiny files: its base directory comes as a system property. */
final class InstallMain {

  /** A test may keep it waiting for as long as another process takes to start. */
  private static final Patience LONG =
      new Patience(
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          Duration.ofMillis(500),
          3);

  private InstallMain() {}

  /**
   * Installs.
   *
   * @param args the mirror's address
   */
  public static void main(String[] args) throws IOException {
    Source mirror = new Mirror(URI.create(args[0]), LONG);
    MnistData data = Mnist.install(TinyMnist.FILES, List.of(mirror), List.of(), List.of());
    if (!data.genuine()) {
      throw new IllegalStateException("installed " + data);
    }
  }
}
