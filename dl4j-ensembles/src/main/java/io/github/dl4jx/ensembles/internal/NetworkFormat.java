package io.github.dl4jx.ensembles.internal;

import io.github.dl4jx.training.jobs.ResultFormat;
import io.github.dl4jx.training.network.LoadPolicy;
import io.github.dl4jx.training.network.ModelFiles;
import io.github.dl4jx.training.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;

/**
 * Members as Deeplearning4j saves networks. A file may hold the standard classes, and those that
 * the members' configurations name: the user's own, too.
 */
final class NetworkFormat implements ResultFormat<Model> {

  private static final long serialVersionUID = 1;

  private final ArrayList<Blueprint> configurations;

  NetworkFormat(List<Blueprint> configurations) {
    this.configurations = new ArrayList<>(configurations);
  }

  private Network.Kind kind() {
    return configurations.get(0).kind(); // a trainer has configurations of one kind
  }

  private LoadPolicy policy() {
    LoadPolicy policy = LoadPolicy.standard();
    for (Blueprint configuration : configurations) {
      policy = policy.allowingClassesIn(configuration.json(), configuration.kind().type());
    }
    return policy;
  }

  @Override
  public String extension() {
    return "zip";
  }

  @Override
  public byte[] write(Model network) throws IOException {
    return ModelFiles.write(network);
  }

  @Override
  public Model read(byte[] zip, String name) throws IOException {
    return ModelFiles.read(zip, kind(), name, policy());
  }

  @Override
  public Model read(Path file) throws IOException {
    return ModelFiles.read(file.toFile(), kind(), policy());
  }

  @Override
  public void release(Model network) {
    Network.of(network).release();
  }
}
