package dev.portcullis.store.embedded;

import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreOpenException;
import dev.portcullis.store.StoreTimer;
import org.rocksdb.RocksDBException;

/** A commit sink that can simulate a full or a hanging disk, and recover. */
public final class FailingCommitSink {
    private enum State {
        WORKING,
        FULL,
        HANGING
    }

    private State state = State.WORKING;

    public EmbeddedStore open(StoreConfig config, StoreTimer times) throws StoreOpenException {
        return EmbeddedStore.open(StoreFolder.of(config.path()), config, this::failing, times, StoreEnd.NONE);
    }

    public void fill() {
        setState(State.FULL);
    }

    public void hang() {
        setState(State.HANGING);
    }

    public void heal() {
        setState(State.WORKING);
    }

    private RocksEngine.CommitSink failing(RocksEngine.CommitSink sink) {
        return (group, synced) -> {
            awaitAllowed();
            sink.commit(group, synced);
        };
    }

    private synchronized void setState(State next) {
        state = next;
        notifyAll();
    }

    private synchronized void awaitAllowed() throws RocksDBException {
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
