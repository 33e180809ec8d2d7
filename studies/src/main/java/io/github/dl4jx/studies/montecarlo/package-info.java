/** Monte-Carlo dropout against weight scaling, and what its uncertainty is worth. */
@NullMarked
package io.github.dl4jx.studies.montecarlo;

import org.jspecify.annotations.NullMarked;
