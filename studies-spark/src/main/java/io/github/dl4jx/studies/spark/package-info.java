/** Studies whose runs are tasks of Apache Spark. */
@NullMarked
package io.github.dl4jx.studies.spark;

import org.jspecify.annotations.NullMarked;
