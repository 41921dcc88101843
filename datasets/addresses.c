/* addresses.c - the table of files of data sets and pretrained weights; resource.h describes its columns. To add a
 * file, add its row; to add a mirror, append its address to the row.
 *
 * Some files have no address, because their publishers took them down. Users give their own copies. */
#include "datasets/resource.h"

#define SHARD(name)                                                                                                    \
    {                                                                                                                  \
        "cars196/" name, 0, {NULL, NULL},                                                                              \
        {                                                                                                              \
            "https://huggingface.co/datasets/clip-benchmark/wds_cars/resolve/main/" name                               \
        }                                                                                                              \
    }

#define TIMM(model) "https://huggingface.co/timm/" model "/resolve/main/model.safetensors"

const struct resource resource_known[] = {
    /* name, bytes, {md5, sha256}, {address, mirror, ...} */
    {"cub/CUB_200_2011.tgz",
     1150585339,
     {"97eceeb196236b17998738112f37df78", "0c685df5597a8b24909f6a7c9db6d11e008733779a671760afef78feb49bf081"},
     {"https://data.caltech.edu/records/65de6-vp158/files/CUB_200_2011.tgz?download=1"}},

    SHARD("train/0.tar"),
    SHARD("train/1.tar"),
    SHARD("train/2.tar"),
    SHARD("train/3.tar"),
    SHARD("train/4.tar"),
    SHARD("test/0.tar"),
    SHARD("test/1.tar"),
    SHARD("test/2.tar"),
    SHARD("test/3.tar"),
    SHARD("test/4.tar"),
    {"cars196/cars_train.tgz",
     979269282,
     {"065e5b463ae28d29e77c1b4b166cfe61", "512b227b30e2f0a8aab9e09485786ab4479582073a144998da74d64b801fd288"},
     {NULL}},
    {"cars196/cars_test.tgz",
     977350468,
     {"4ce7ebf6a94d07f1952d94dd34c4d501", "bffea656d6f425cba3c91c6d83336e4c5f86c6cffd8975b0f375d3a10da8e243"},
     {NULL}},
    {"cars196/car_devkit.tgz",
     330960,
     {"c3b158d763b6e2245038c8ad08e45376", "b97deb463af7d58b6bfaa18b2a4de9829f0f79e8ce663dfa9261bf7810e9accd"},
     {NULL}},
    {"cars196/cars_test_annos_withlabels.mat",
     185758,
     {"b0a2b23655a3edd16d84508592a98d10", "790f75be8ea34eeded134cc559332baf23e30e91367e9ddca97d26ed9b895f05"},
     {NULL}},
    {"cars196/car_ims.tgz", 0, {"d5c8f0aa497503f355e17dc7886c3f14", NULL}, {NULL}},
    {"cars196/cars_annos.mat", 0, {"b407c6086d669747186bd1d764ff9dbc", NULL}, {NULL}},

    {"sop/Stanford_Online_Products.zip",
     0,
     {"7f73d41a2f44250d4779881525aea32e", NULL},
     {"http://ftp.cs.stanford.edu/cs/cvgl/Stanford_Online_Products.zip"}},

    /* Its publishers hand it out after an agreement is signed. */
    {"inshop/img.zip", 0, {NULL, NULL}, {NULL}},
    {"inshop/list_eval_partition.txt", 0, {NULL, NULL}, {NULL}},

    {"omniglot/images_background.zip",
     0,
     {"68d2efa1b9178cc56df9314c21c6e718", NULL},
     {"https://raw.githubusercontent.com/brendenlake/omniglot/master/python/images_background.zip",
      "https://github.com/brendenlake/omniglot/raw/master/python/images_background.zip"}},
    {"omniglot/images_evaluation.zip",
     0,
     {"6b91aef0f799c5bb55b94e3f2daec811", NULL},
     {"https://raw.githubusercontent.com/brendenlake/omniglot/master/python/images_evaluation.zip",
      "https://github.com/brendenlake/omniglot/raw/master/python/images_evaluation.zip"}},

    {"weights/resnet18.safetensors",
     0,
     {NULL, "80c49dee3da4822c009c5a7fe591e9223c5a2cfcf95a4067ca4dfb5a7b89c612"},
     {TIMM("resnet18.a1_in1k")}},
    {"weights/resnet18_tv.safetensors", 0, {NULL, NULL}, {TIMM("resnet18.tv_in1k")}},
    {"weights/resnet50.safetensors",
     0,
     {NULL, "5d061a3c593d795bfe682d9b152bafbcf550579873492def3515b46db1189888"},
     {TIMM("resnet50.tv_in1k")}},
    {"weights/resnet50_a1.safetensors",
     0,
     {NULL, "773525d5821de224f8f30c33377b7a795d7863e08522698200d3217d3f2a41bb"},
     {TIMM("resnet50.a1_in1k")}},
    {"weights/mobilenet_v2.safetensors",
     0,
     {NULL, "55ea4fb3a96010b933710ebf44fc965b070d5cd054d3f35e44f2d1320b4a714e"},
     {TIMM("mobilenetv2_100.ra_in1k")}},
    {0},
};
