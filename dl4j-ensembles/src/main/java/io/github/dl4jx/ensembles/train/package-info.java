/**
 * Trainers whose members do not depend on each other and may be trained side by side: in threads of
 * this machine or elsewhere.
 */
@NullMarked
package io.github.dl4jx.ensembles.train;

import org.jspecify.annotations.NullMarked;
