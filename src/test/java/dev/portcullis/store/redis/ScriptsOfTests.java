package dev.portcullis.store.redis;

/** Scripts that only tests run. */
final class ScriptsOfTests {
    static final Script COUNT = Script.of(ScriptsOfTests.class, "count");

    private ScriptsOfTests() {}
}
