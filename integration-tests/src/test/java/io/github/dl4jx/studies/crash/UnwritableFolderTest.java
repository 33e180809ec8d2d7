package io.github.dl4jx.studies.crash;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jx.training.resume.ResumableCheckpoints;
import io.github.dl4jx.training.resume.ResumableIterator;
import io.github.dl4jx.training.resume.Training;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Folders in which nobody can write, not even root: permissions would not stop it. */
class UnwritableFolderTest {

  @TempDir Path folder;

  @Test
  void build_folderIsAFile_namesIt() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(ResumableCheckpoints.in(file.toFile())::build)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("cannot use the folder " + file);
  }

  @Test
  void build_parentIsAFile_namesTheFolder() throws IOException {
    Path below = Files.createFile(folder.resolve("file")).resolve("run");
    assertThatThrownBy(ResumableCheckpoints.in(below.toFile())::build)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("cannot use the folder " + below);
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "needs /proc")
  void build_folderCannotBeMade_namesIt() {
    assertThatThrownBy(ResumableCheckpoints.in(new File("/proc/dl4jx"))::build)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("cannot use the folder /proc/dl4jx");
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "needs /proc")
  void fit_nothingCanBeMadeInTheFolder_namesIt() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new OutputLayer.Builder().nIn(2).nOut(2).build())
                .build());
    net.init();
    DataSet data = new DataSet(Nd4j.ones(4, 2), Nd4j.ones(4, 2));
    assertThatThrownBy(
            () -> Training.fit(net, new ResumableIterator(data, 2, 1), 1, new File("/proc/self")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("/proc/self");
  }
}
