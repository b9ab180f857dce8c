package dev.portcullis.uploads.transfer;

import dev.portcullis.uploads.transfer.TransferWatch.TransferRight;
import io.vertx.core.Future;

/** A right that the test takes away. */
public final class ScriptedRight implements TransferRight {
    public volatile boolean over;
    public volatile Future<Boolean> answer = Future.succeededFuture(true);

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public Future<Boolean> mayGoOn() {
        return answer;
    }
}
