package io.github.dl4jx.mnist;

import java.io.IOException;
import java.net.URI;
import java.util.List;

/** Another process that installs the tiny files: its base directory comes as a system property. */
final class InstallMain {

  private InstallMain() {}

  /**
   * Installs.
   *
   * @param args the mirror's address
   */
  public static void main(String[] args) throws IOException {
    Source mirror = new Mirror(URI.create(args[0]), Patience.DEFAULT);
    MnistData data = Mnist.install(TinyMnist.FILES, List.of(mirror), List.of(), List.of());
    if (!data.genuine()) {
      throw new IllegalStateException("installed " + data);
    }
  }
}
