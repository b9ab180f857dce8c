package dev.portcullis.auth.password;

/** The keys of this package, which all nodes have. */
public final class PasswordKeys {
    private final byte[] pepper;
    private final byte[] work;

    /**
     * @param pepper of the hashes
     * @param work of the challenges
     */
    public PasswordKeys(byte[] pepper, byte[] work) {
        this.pepper = pepper.clone();
        this.work = work.clone();
    }

    public byte[] pepper() {
        return pepper.clone();
    }

    byte[] work() {
        return work.clone();
    }
}
