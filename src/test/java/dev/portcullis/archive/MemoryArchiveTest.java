package dev.portcullis.archive;

/** The model keeps the contract that other archives are compared by. */
class MemoryArchiveTest extends ArchiveContract {
    private final ArchiveStore archive = new MemoryArchive();

    @Override
    protected Opened open() {
        return new Opened(archive, () -> {});
    }
}
