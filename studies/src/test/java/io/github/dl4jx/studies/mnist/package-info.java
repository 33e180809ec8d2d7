/** Tests of the MNIST installation, on tiny files of their own and without a network. */
@NullMarked
package io.github.dl4jx.studies.mnist;

import org.jspecify.annotations.NullMarked;
