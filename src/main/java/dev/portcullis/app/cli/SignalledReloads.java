package dev.portcullis.app.cli;

import dev.portcullis.admin.ReloadRefusal;
import dev.portcullis.admin.ReloadRefusal.Why;
import dev.portcullis.config.SettingChange;
import dev.portcullis.protocol.Result;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The reloads that signals ask for. No one waits for their answer and tries again, so that is done here. There is one at a time:
 * signals that come meanwhile, however many, have the file read once more, since it may have been edited after it was read.
 */
final class SignalledReloads {
    private static final int TRIES = 10;

    private final Supplier<Future<Result<List<SettingChange>, ReloadRefusal>>> reload;
    private final Consumer<Runnable> later;
    private boolean running;
    private boolean again;

    /** @param later runs a task after a pause */
    SignalledReloads(Supplier<Future<Result<List<SettingChange>, ReloadRefusal>>> reload, Consumer<Runnable> later) {
        this.reload = reload;
        this.later = later;
    }

    /** Returns at once. */
    void request() {
        if (isFirst()) {
            run(TRIES);
        }
    }

    private void run(int tries) {
        reload.get()
                .map(SignalledReloads::isBusy)
                .otherwise(false)
                .onSuccess(
                        busy -> { // one that failed is over too
                            if (tries > 1 && busy) {
                                later.accept(() -> run(tries - 1));
                            } else if (isWantedAgain()) {
                                run(TRIES);
                            }
                        });
    }

    private static boolean isBusy(Result<List<SettingChange>, ReloadRefusal> result) {
        return result.fold(changes -> false, why -> why.why() == Why.BUSY);
    }

    private synchronized boolean isFirst() {
        again = running;
        running = true;
        return !again;
    }

    private synchronized boolean isWantedAgain() {
        running = again;
        again = false;
        return running;
    }
}
