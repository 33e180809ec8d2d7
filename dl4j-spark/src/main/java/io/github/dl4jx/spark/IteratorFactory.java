package io.github.dl4jx.spark;

import java.io.Serializable;
import java.util.function.Supplier;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Opens a stream of examples on whichever machine trains a member: a shared folder, HDFS, S3.
 *
 * <p>It is sent to the machines, so what it refers to must be serializable: paths and numbers, not
 * an open reader. It must give the same examples in the same order everywhere.
 *
 * <pre>{@code
 * String folder = "hdfs://cluster/train";
 * IteratorFactory source = () -> new MyIterator(folder);
 * bagging.fit(TrainingData.streaming(source), 5);
 * }</pre>
 */
@FunctionalInterface
public interface IteratorFactory extends Supplier<DataSetIterator>, Serializable {}
