package io.latestimage.volumecheck;

import java.io.IOException;

/** What is wrong with a volume, and what to do about it, in a sentence or two. */
final class Obstacle extends IOException {
    private static final long serialVersionUID = 1L;

    Obstacle(String sentence) {
        super(sentence);
    }
}
