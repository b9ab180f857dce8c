package dev.portcullis.config;

/** Where a value stands, and who hears of what is wrong with it. */
record Place(String path, Survey survey) {
    Place key(String name) {
        String shown = Shown.name(name);
        return new Place(path.isEmpty() ? shown : path + "." + shown, survey);
    }

    Place item(int index) {
        return new Place(path + "[" + index + "]", survey);
    }

    /** Any item of a list, for the reference page. */
    Place anyItem() {
        return new Place(path + "[]", survey.keysOnly());
    }

    void problem(String what, String mend) {
        survey.problems().add(path, what, mend);
    }
}
