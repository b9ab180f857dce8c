/**
 * How can what this node keeps on its disk be taken away while it runs? Checkpoints of the embedded store and of the uploaded
 * files, beside both. Owns the folder of the checkpoint that a program copies at the moment; there is one at most. One that no program
 * keeps is removed after a minute, and at the next start.
 */
@NullMarked
package dev.portcullis.app.checkpoint;

import org.jspecify.annotations.NullMarked;
