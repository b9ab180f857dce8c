package dev.portcullis.config;

/** The path of a value, which reports problems with it. */
record ConfigPath(String path, ConfigReading reading) {
    /** The path of a key, or of nested keys, that the program defines. */
    ConfigPath key(String name) {
        return new ConfigPath(path.isEmpty() ? name : path + "." + name, reading);
    }

    /** The path of a key that the operator chose. */
    ConfigPath operatorKey(String key) {
        return key(DisplaySafe.name(key));
    }

    ConfigPath item(int index) {
        return new ConfigPath(path + "[" + index + "]", reading);
    }

    /** The path of any item of a list, for the reference page. */
    ConfigPath anyItem() {
        return new ConfigPath(path + "[]", reading.keysOnly());
    }

    /**
     * The same path without problems: after one problem with the whole section, problems with its values only repeat
     * it.
     */
    ConfigPath muted() {
        return new ConfigPath(path, reading.keysOnly());
    }

    void invalidValue(String what, String fix) {
        reading.problems().invalidValue(path, what, fix);
    }

    void withoutEffect(String instead) {
        reading.addWithoutEffect(new Problem(path, "has no effect any more", instead));
    }

    void problem(String what, String fix) {
        reading.problems().add(path, what, fix);
    }
}
