package dev.portcullis.config;

/** Where a value stands, and who hears of what is wrong with it. */
record Place(String path, Survey survey) {
    /** A key of ours, or a path of them. */
    Place key(String name) {
        return new Place(path.isEmpty() ? name : path + "." + name, survey);
    }

    /** A key of the operator's. */
    Place word(String word) {
        return key(Shown.name(word));
    }

    Place item(int index) {
        return new Place(path + "[" + index + "]", survey);
    }

    /** Any item of a list, for the reference page. */
    Place anyItem() {
        return new Place(path + "[]", survey.keysOnly());
    }

    /** Where nothing could be read, what is said about the values there is an echo of that. */
    Place muted() {
        return new Place(path, survey.keysOnly());
    }

    void misfit(String what, String mend) {
        survey.problems().misfit(path, what, mend);
    }

    void problem(String what, String mend) {
        survey.problems().add(path, what, mend);
    }
}
