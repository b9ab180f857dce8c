package dev.portcullis.uploads.transfer;

import io.vertx.core.Future;

/** Whether a transfer that runs may go on: asked repeatedly, since rights end meanwhile (CWE-613, CWE-863). */
public interface TransferRight {
    /** Whether this node itself knows that the right is over. Asked often. */
    boolean isOver();

    /** The questions that a new transfer would have to pass. Fails if the answer can't be found out. */
    Future<Boolean> mayGoOn();
}
