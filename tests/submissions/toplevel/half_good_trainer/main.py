import problem1
import problem2
import problem3

if __name__ == "__main__":
    problem1.main()
    problem2.main()
    problem3.main()
