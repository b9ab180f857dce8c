package dev.portcullis.config;

/** Where a value stands, and who hears of what is wrong with it. */
record ConfigPath(String path, ConfigReading reading) {
    /** A key of ours, or a path of them. */
    ConfigPath key(String name) {
        return new ConfigPath(path.isEmpty() ? name : path + "." + name, reading);
    }

    /** A key of the operator's. */
    ConfigPath word(String word) {
        return key(DisplaySafe.name(word));
    }

    ConfigPath item(int index) {
        return new ConfigPath(path + "[" + index + "]", reading);
    }

    /** Any item of a list, for the reference page. */
    ConfigPath anyItem() {
        return new ConfigPath(path + "[]", reading.keysOnly());
    }

    /** Where nothing could be read, what is said about the values there is an echo of that. */
    ConfigPath muted() {
        return new ConfigPath(path, reading.keysOnly());
    }

    void misfit(String what, String mend) {
        reading.problems().misfit(path, what, mend);
    }

    void problem(String what, String mend) {
        reading.problems().add(path, what, mend);
    }
}
