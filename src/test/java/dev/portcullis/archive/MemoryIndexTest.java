package dev.portcullis.archive;

/** The model keeps the contract that other indexes are compared by. */
class MemoryIndexTest extends MessageIndexContract {
    private final ArchiveStore archive = new MemoryArchive();

    @Override
    protected ArchiveContract.Opened open() {
        return new ArchiveContract.Opened(archive, () -> {});
    }
}
