import sys

sys.setrecursionlimit(10**9)


class Deeper:
    # Through C, so that every level takes stack.
    def __getattr__(self, name):
        return getattr(self, name + "x"[:0])


print(Deeper().deeper)
