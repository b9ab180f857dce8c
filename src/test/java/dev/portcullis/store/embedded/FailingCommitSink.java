package dev.portcullis.store.embedded;

import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreOpenException;
import dev.portcullis.store.StoreTimer;
import org.rocksdb.RocksDBException;

/** A disk that can be told to take nothing more, or to hang, and to be well again. */
public final class FailingCommitSink {
    private enum State {
        WELL,
        FULL,
        HANGING
    }

    private State state = State.WELL;

    public EmbeddedStore open(StoreConfig config, StoreTimer times) throws StoreOpenException {
        return EmbeddedStore.open(StoreFolder.of(config.path()), config, this::failing, times);
    }

    public void fill() {
        become(State.FULL);
    }

    public void hang() {
        become(State.HANGING);
    }

    public void heal() {
        become(State.WELL);
    }

    private RocksEngine.CommitSink failing(RocksEngine.CommitSink sink) {
        return (group, synced) -> {
            take();
            sink.commit(group, synced);
        };
    }

    private synchronized void become(State next) {
        state = next;
        notifyAll();
    }

    private synchronized void take() throws RocksDBException {
        while (state == State.HANGING) {
            try {
                wait();
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }
        if (state == State.FULL) {
            throw new RocksDBException("No space left on device");
        }
    }
}
