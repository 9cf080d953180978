/** Four threads that wait for an answer nobody gives; their CPU time adds up. */
public class Threads {
    static volatile boolean answered;

    public static void main(String[] args) throws InterruptedException {
        Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(() -> {
                while (!answered) Thread.onSpinWait();
            });
            threads[i].start();
        }
        for (Thread thread : threads) thread.join();
        System.out.println("Good evening, stars!");
    }
}
