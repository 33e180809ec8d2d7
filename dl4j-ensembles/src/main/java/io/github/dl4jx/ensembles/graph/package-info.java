/**
 * Joins networks into one graph; vertices and preprocessors of ensembles that are saved and run
 * with a network; wide and deep learning.
 */
@NullMarked
package io.github.dl4jx.ensembles.graph;

import org.jspecify.annotations.NullMarked;
