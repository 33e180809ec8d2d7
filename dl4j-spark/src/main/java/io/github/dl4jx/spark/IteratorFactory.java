package io.github.dl4jx.spark;

import java.io.Serializable;
import java.util.function.Supplier;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Opens an iterator over examples on the machine that trains a member, from a shared folder, HDFS
 * or S3.
 *
 * <p>It is sent to the machines, so it must refer only to serializable objects: paths and numbers,
 * not an open reader. It must give the same examples in the same order on all machines.
 *
 * <pre>{@code
 * String folder = "hdfs://cluster/train";
 * IteratorFactory source = () -> new MyIterator(folder);
 * bagging.fit(TrainingData.streaming(source), 5);
 * }</pre>
 */
@FunctionalInterface
public interface IteratorFactory extends Supplier<DataSetIterator>, Serializable {}
